namespace DriveKD.Data.Samples;

/// <summary>How far a long task over a record file has come.</summary>
/// <param name="Stage">What is being done, in words.</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all.</param>
public sealed record DataProgress(string Stage, long Done, long Total);
