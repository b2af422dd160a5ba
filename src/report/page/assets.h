#pragma once

namespace descent::report {

/// Every page, with places like {{data}} for the rest of these.
extern const char* const kPage;
extern const char* const kPageStyle;
extern const char* const kChartsScript;
extern const char* const kDiagramsScript;
/// The page of figures, likewise; it has the style of the other, and more.
extern const char* const kFigures;
extern const char* const kFiguresStyle;
extern const char* const kFiguresScript;
extern const char* const kUPlotStyle;
extern const char* const kUPlotScript;
extern const char* const kUPlotLicence;
/// What is in the page of a training, and in one that compares some.
extern const char* const kTrainingPage;
extern const char* const kTrainingScript;
extern const char* const kComparisonPage;
extern const char* const kComparisonScript;

}  // namespace descent::report
