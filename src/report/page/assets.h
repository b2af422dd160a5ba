#pragma once

namespace descent::report {

/// Every page, with places for its styles, main part, data and scripts.
extern const char* const kPage;
extern const char* const kPageStyle;
/// Of pages with curves: what stands above them, and what draws.
extern const char* const kControls;
extern const char* const kChartsScript;
extern const char* const kDiagramsScript;
/// Of a page of figures.
extern const char* const kFiguresStyle;
extern const char* const kFiguresScript;
extern const char* const kUPlotStyle;
extern const char* const kUPlotScript;
extern const char* const kUPlotLicence;
/// Of the page of a training, and of one that compares some.
extern const char* const kTrainingPage;
extern const char* const kTrainingScript;
extern const char* const kComparisonPage;
extern const char* const kComparisonScript;

}  // namespace descent::report
