namespace DriveKD.Analysis.Figures;

/// <summary>Lines with bands over a common axis, before they are drawn.</summary>
public sealed record CurveFigure
{
    /// <summary>The name of its files, without an ending: letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>What lies along the axis, such as "decoder layer".</summary>
    public required string Across { get; init; }

    /// <summary>What the height is, with its unit.</summary>
    public required string Up { get; init; }

    /// <summary>The lines, at least one.</summary>
    public required IReadOnlyList<FigureLine> Lines { get; init; }

    /// <summary>What stands under it: what is shown and how to read it.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Lowest and highest value of the height; null fits the lines.</summary>
    public (double Low, double High)? Limits { get; init; }
}
