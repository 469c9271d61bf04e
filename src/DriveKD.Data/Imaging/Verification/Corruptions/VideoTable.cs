namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>video-statistics.json: what H.265 and bit errors did to clips of the demonstration's key frames.</summary>
internal sealed record VideoTable
{
    public const string FileName = "video-statistics.json";

    public required IReadOnlyList<Row> Results { get; init; }

    internal sealed record Row
    {
        public required string Corruption { get; init; }

        public int? Severity { get; init; }

        public required IReadOnlyList<int> InputSize { get; init; }

        public long? StreamBytes { get; init; }

        public long? ChangedStreamBytes { get; init; }

        public int? Amount { get; init; }

        public required IReadOnlyDictionary<string, StatisticsTable.Spread> Statistics { get; init; }
    }
}
