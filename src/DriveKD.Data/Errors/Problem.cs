namespace DriveKD.Data.Errors;

/// <summary>One thing that is wrong with an input.</summary>
/// <param name="Where">File, key, line, tensor or sample, as exactly as it is known.</param>
/// <param name="What">What was found, what was expected, and what to do.</param>
public sealed record Problem(string Where, string What)
{
    /// <inheritdoc />
    public override string ToString() => Where.Length == 0 ? What : $"{Where}: {What}";
}
