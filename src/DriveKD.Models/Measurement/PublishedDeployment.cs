namespace DriveKD.Models.Measurement;

/// <summary>Deployment figures that the Drive-KD paper reports (arXiv 2601.21288): on its own GPU and software, nothing measured here.</summary>
/// <param name="Model">The model.</param>
/// <param name="MemoryGigabytes">Peak memory, 1e9 bytes.</param>
/// <param name="TokensPerSecond">Decoding.</param>
/// <param name="FirstTokenSeconds">From the question to the first token.</param>
public sealed record PublishedDeployment(string Model, double MemoryGigabytes, double TokensPerSecond, double FirstTokenSeconds)
{
    /// <summary>All rows that carry such figures; a distilled student has those of its base model.</summary>
    public static IReadOnlyList<PublishedDeployment> All { get; } =
    [
        new("InternVL3-1B", 4.1, 45.7, 0.45),
        new("InternVL3-8B", 18.3, 32.6, 1.58),
        new("InternVL3-78B", 171.6, 4.0, 16.46),
        new("Qwen2.5-VL-3B", 8.5, 28.0, 0.68),
    ];
}
