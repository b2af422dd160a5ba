#pragma once

namespace descent::report {

/// The page, with places like {{data}} for the rest of these.
extern const char* const kPage;
extern const char* const kPageStyle;
extern const char* const kPageScript;
/// The page of figures, likewise; it has the style of the other, and more.
extern const char* const kFigures;
extern const char* const kFiguresStyle;
extern const char* const kFiguresScript;
extern const char* const kUPlotStyle;
extern const char* const kUPlotScript;
extern const char* const kUPlotLicence;

}  // namespace descent::report
