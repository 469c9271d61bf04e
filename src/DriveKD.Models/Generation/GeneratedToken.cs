namespace DriveKD.Models.Generation;

/// <summary>One token as it is generated.</summary>
/// <param name="Row">The prompt's number in the batch.</param>
/// <param name="Id">The token id.</param>
public readonly record struct GeneratedToken(int Row, int Id);
