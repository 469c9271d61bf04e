namespace DriveKD.Runs.Folders;

/// <summary>Where a random stream stands: the four words of xoshiro256**, not all 0.</summary>
/// <param name="Word0">The first word.</param>
/// <param name="Word1">The second word.</param>
/// <param name="Word2">The third word.</param>
/// <param name="Word3">The fourth word.</param>
public readonly record struct RandomStreamState(ulong Word0, ulong Word1, ulong Word2, ulong Word3);
