namespace DriveKD.Analysis.Figures;

/// <summary>A point of a line.</summary>
/// <param name="X">Along the axis.</param>
/// <param name="Y">The value.</param>
/// <param name="Low">The band's lower end; null without a band.</param>
/// <param name="High">The band's upper end; null without a band.</param>
public sealed record FigurePoint(double X, double Y, double? Low = null, double? High = null);
