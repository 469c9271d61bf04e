namespace DriveKD.Models.Kernels;

/// <summary>Rows of inputs as the kernels take them.</summary>
/// <param name="values">Row after row.</param>
/// <param name="kind">float32 or bfloat16.</param>
/// <param name="rows">How many.</param>
internal readonly unsafe struct InputRows(byte* values, WeightKind kind, int rows)
{
    // Half of the first cache of most processors, beside the weights that pass through it.
    private const int MostWideBytes = 8 << 10;

    /// <summary>Row after row.</summary>
    public byte* Values { get; } = values;

    /// <summary>float32 or bfloat16.</summary>
    public WeightKind Kind { get; } = kind;

    /// <summary>How many.</summary>
    public int Rows { get; } = rows;

    /// <summary>
    /// Whether rows whose values bfloat16 has are better read as such: twice as many fit the first cache, and each is converted for every
    /// output.
    /// </summary>
    /// <param name="inputs">Values of a row.</param>
    public static bool ArePreferredNarrow(nint inputs) => inputs * sizeof(float) > MostWideBytes;
}
