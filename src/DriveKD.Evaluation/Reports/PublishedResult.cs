namespace DriveKD.Evaluation.Reports;

/// <summary>A row of the paper's table on DriveBench. Its points are its judge's, not this program's.</summary>
/// <param name="Model">The model, and how it was trained.</param>
/// <param name="Perception">Points, 0 to 100.</param>
/// <param name="Reasoning">Points, 0 to 100.</param>
/// <param name="Planning">Points, 0 to 100.</param>
/// <param name="Mean">Their mean.</param>
internal sealed record PublishedResult(string Model, double Perception, double Reasoning, double Planning, double Mean)
{
    /// <summary>The rows, in the paper's order.</summary>
    public static IReadOnlyList<PublishedResult> All { get; } =
    [
        new("GPT-5.1", 45.56, 41.02, 51.94, 46.17),
        new("InternVL3-1B, pretrained", 33.26, 20.96, 22.36, 25.53),
        new("InternVL3-8B, pretrained", 40.05, 41.15, 32.77, 37.99),
        new("InternVL3-78B, pretrained", 42.01, 47.16, 36.31, 41.83),
        new("InternVL3-1B, single teacher", 43.13, 34.32, 52.97, 43.47),
        new("InternVL3-1B, three teachers and AGP", 43.50, 33.15, 55.51, 44.05),
        new("Qwen2.5-VL-3B, three teachers and AGP", 45.63, 36.41, 54.07, 45.37),
    ];
}
