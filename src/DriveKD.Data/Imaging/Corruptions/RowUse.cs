namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Takes one row of a plane of numbers.</summary>
/// <param name="y">Its number.</param>
/// <param name="row">Its numbers; valid during the call only.</param>
internal delegate void RowUse(int y, ReadOnlySpan<double> row);
