using DriveKD.Data.Samples;

namespace DriveKD.Analysis.Observing;

/// <summary>
/// A source of hidden states and attention maps: all that the studies ask of a model. <see cref="ModelObserver"/> is one for checkpoint
/// folders; any other causal decoder can be another.
/// </summary>
public interface IObservedModel
{
    /// <summary>What the model is called in results; differs between the models of one study.</summary>
    string Name { get; }

    /// <summary>Decoder layers, at least 1.</summary>
    int Layers { get; }

    /// <summary>Runs one sample, question and answer, through the model and shows it on the calling thread.</summary>
    /// <param name="sample">The sample; its answer may be absent.</param>
    /// <param name="visitor">Is shown the pass.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="Data.Errors.InputException">A picture cannot be read, or the model cannot take the sample.</exception>
    void Observe(Sample sample, ILayerVisitor visitor, CancellationToken cancellation = default);
}
