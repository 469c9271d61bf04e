namespace DriveKD.Models.Qwen25VL;

/// <summary>Sequences of patches that stand one after the other and are equally long: they attend in one call.</summary>
/// <param name="Start">The first patch.</param>
/// <param name="Count">How many sequences.</param>
/// <param name="Length">Patches of each.</param>
internal readonly record struct SequenceBatch(int Start, int Count, int Length)
{
    /// <summary>All patches.</summary>
    public int Patches => Count * Length;
}
