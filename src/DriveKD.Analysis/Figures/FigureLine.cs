namespace DriveKD.Analysis.Figures;

/// <summary>One line of a <see cref="CurveFigure"/>.</summary>
public sealed record FigureLine
{
    /// <summary>What the legend calls it.</summary>
    public required string Name { get; init; }

    /// <summary>Which colour of the palette; lines of one colour are told apart by <see cref="Dash"/>.</summary>
    public required int Color { get; init; }

    /// <summary>0 solid, 1 dashed, 2 dotted; more begin again.</summary>
    public int Dash { get; init; }

    /// <summary>Published values to compare with: grey, behind the others.</summary>
    public bool IsPublished { get; init; }

    /// <summary>Its points from left to right, at least one.</summary>
    public required IReadOnlyList<FigurePoint> Points { get; init; }
}
