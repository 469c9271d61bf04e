namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>statistics.json: what random corruptions do on average, and how likely whole cameras are lost.</summary>
internal sealed record StatisticsTable
{
    public const string FileName = "statistics.json";

    public required int Seeds { get; init; }

    public required IReadOnlyDictionary<string, Input> Inputs { get; init; }

    public IReadOnlyList<Row> Results { get; init; } = [];

    public IReadOnlyDictionary<string, Cameras>? WholeCamera { get; init; }

    public ViewRule? MultiViewRule { get; init; }

    internal sealed record Input
    {
        public required string File { get; init; }

        public IReadOnlyDictionary<string, double>? Stats { get; init; }
    }

    internal sealed record Row
    {
        public required string Corruption { get; init; }

        public required string Input { get; init; }

        public int? Severity { get; init; }

        public int? TableIndex { get; init; }

        public required IReadOnlyDictionary<string, Spread> Statistics { get; init; }
    }

    internal sealed record Spread
    {
        public required double Mean { get; init; }

        public required double Sd { get; init; }
    }

    internal sealed record Cameras
    {
        public IReadOnlyDictionary<string, double> CameraCrashDistinctBlackCameras { get; init; } = new Dictionary<string, double>();

        public double? CameraCrashMean { get; init; }

        public double? CameraCrashEachCamera { get; init; }

        public IReadOnlyDictionary<string, double> FrameLostBlackCameras { get; init; } = new Dictionary<string, double>();

        public double? FrameLostMean { get; init; }
    }

    internal sealed record ViewRule
    {
        public IReadOnlyDictionary<string, double> OtherViewsCountProbability { get; init; } = new Dictionary<string, double>();

        public double? OtherViewProbabilityEach { get; init; }
    }
}
