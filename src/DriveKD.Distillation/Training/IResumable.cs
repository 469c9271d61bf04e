namespace DriveKD.Distillation.Training;

/// <summary>
/// A part of training that remembers something from step to step. A checkpoint holds what it remembers, so that a resumed run goes on
/// to the same bits as one that was never interrupted.
/// </summary>
public interface IResumable
{
    /// <summary>Everything that is remembered: numbers by name, written so that they read back to the same bits.</summary>
    IReadOnlyDictionary<string, double> Save();

    /// <summary>Takes back what <see cref="Save"/> gave.</summary>
    /// <param name="state">Numbers by name.</param>
    void Restore(IReadOnlyDictionary<string, double> state);
}
