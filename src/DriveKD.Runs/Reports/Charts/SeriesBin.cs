namespace DriveKD.Runs.Reports.Charts;

/// <summary>The values of a series over some neighbouring steps.</summary>
/// <param name="Step">The middle of the steps.</param>
/// <param name="Lowest">The lowest finite value; NaN where there is none.</param>
/// <param name="Mean">The mean of the finite values; NaN where there is none.</param>
/// <param name="Highest">The highest finite value; NaN where there is none.</param>
/// <param name="Count">The finite values.</param>
/// <param name="NotFinite">The values that are NaN or infinite.</param>
internal readonly record struct SeriesBin(double Step, double Lowest, double Mean, double Highest, int Count, int NotFinite);
