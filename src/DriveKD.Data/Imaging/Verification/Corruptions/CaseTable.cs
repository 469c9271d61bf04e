using System.Text.Json.Serialization;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>cases.json: which file was made of which input, how, and the shapes that faults draw.</summary>
internal sealed record CaseTable
{
    public const string FileName = "cases.json";

    public IReadOnlyList<Row> Deterministic { get; init; } = [];

    public IReadOnlyList<Row> FixedNoise { get; init; } = [];

    public Plasma? Plasma32 { get; init; }

    public ShapeTable? Shapes { get; init; }

    internal sealed record Row
    {
        public required string File { get; init; }

        public required string Input { get; init; }

        public required string Corruption { get; init; }

        public int? Severity { get; init; }

        public int? TableIndex { get; init; }

        public string? Mask { get; init; }

        public double? AngleDegrees { get; init; }

        public int? DropLength { get; init; }

        public IReadOnlyList<IReadOnlyList<int>>? Drops { get; init; }

        [JsonPropertyName("discs_x_y_radius")]
        public IReadOnlyList<IReadOnlyList<int>>? DiscsXYRadius { get; init; }

        public IReadOnlyList<int>? Center { get; init; }

        public IReadOnlyList<int>? Axes { get; init; }

        public int? Angle { get; init; }

        public IReadOnlyDictionary<string, double>? Stats { get; init; }
    }

    internal sealed record Plasma
    {
        public required int Size { get; init; }

        public required double Decay { get; init; }
    }

    internal sealed record ShapeTable
    {
        public IReadOnlyDictionary<string, IReadOnlyList<int>> DiscHalfWidth { get; init; } = new Dictionary<string, IReadOnlyList<int>>();

        [JsonPropertyName("rain_line_first_row_at_x_minus_1")]
        public IReadOnlyDictionary<string, int>? RainLineFirstRowAtXMinus1 { get; init; }
    }
}
