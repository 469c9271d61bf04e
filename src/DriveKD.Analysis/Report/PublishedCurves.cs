using DriveKD.Analysis.Figures;
using DriveKD.Analysis.Study;

namespace DriveKD.Analysis.Report;

/// <summary>
/// What the paper's figures show of InternVL3-8B (28 layers), as far as values are known: ends of curves and ranges. Layers are scaled to the
/// depth that is drawn. Which representation the paper compared by is not known: its values stand beside each.
/// </summary>
internal static class PublishedCurves
{
    private const string Model = "published";

    /// <summary>Grey lines for a study; none where nothing is known.</summary>
    /// <param name="study">The study.</param>
    /// <param name="layers">The depth that is drawn.</param>
    public static IReadOnlyList<FigureLine> Of(StudyKind study, int layers) => study switch
    {
        StudyKind.AdjacentCosine =>
        [
            Line("adjacent: first and last", (1, 0.63), (layers, 0.40)),
            Band("adjacent: between", 2, layers - 1, 0.85, 0.96),
        ],
        StudyKind.VisionTextCosine => [Line("vision-text", (0, 0.29), (layers - 1, 0.78), (layers, 0.60))],
        StudyKind.VisionSimilarity or StudyKind.TextSimilarity or StudyKind.PromptSimilarity =>
        [
            Line("perception", (1, 0.97), (layers, 0.81)),
            Line("reasoning", (1, 1.0), (layers, 0.98)),
            Line("planning", (1, 0.98), (layers, 0.76)),
        ],
        StudyKind.VisionDispersion or StudyKind.TextDispersion or StudyKind.PromptDispersion => [Line("hidden states", (1, 0.17), (layers, 0.34))],
        StudyKind.FullMapDispersion or StudyKind.TextToVisionMapDispersion => [Line("attention", (1, 0.03), (layers, 0.0))],
        _ => [],
    };

    /// <summary>Grey bands of the margin along answers.</summary>
    /// <param name="bins">The bins that are drawn.</param>
    public static IReadOnlyList<FigureLine> Margins(int bins) => [Band("driving", 0, bins - 1, 0.54, 0.66), Band("general", 0, bins - 1, 0.65, 0.78)];

    private static FigureLine Line(string what, params (double X, double Y)[] points) => new()
    {
        Name = $"{Model}: {what}",
        Color = 0,
        IsPublished = true,
        Points = [.. points.Select(point => new FigurePoint(point.X, point.Y))],
    };

    private static FigureLine Band(string what, double first, double last, double low, double high) => new()
    {
        Name = $"{Model}: {what} (range)",
        Color = 0,
        Dash = 2,
        IsPublished = true,
        Points = [new FigurePoint(first, (low + high) / 2, low, high), new FigurePoint(Math.Max(first, last), (low + high) / 2, low, high)],
    };
}
