namespace DriveKD.Data.Imaging.Drawing;

/// <summary>What an attention figure shows.</summary>
public sealed record AttentionFigure
{
    /// <summary>The heading: what is shown, of which layer of which model.</summary>
    public required string Title { get; init; }

    /// <summary>The question that was asked.</summary>
    public required string Question { get; init; }

    /// <summary>The answer; left out when null.</summary>
    public string? Answer { get; init; }

    /// <summary>What the colours measure.</summary>
    public string ValueLabel { get; init; } = "attention per picture token";

    /// <summary>The pictures, at least one; all share one colour scale.</summary>
    public required IReadOnlyList<AttentionPanel> Panels { get; init; }
}
