#pragma once

namespace descent::report {

/// The page, with places like {{data}} for the rest of these.
extern const char* const kPage;
extern const char* const kPageStyle;
extern const char* const kPageScript;
extern const char* const kUPlotStyle;
extern const char* const kUPlotScript;
extern const char* const kUPlotLicence;

}  // namespace descent::report
