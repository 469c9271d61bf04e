using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Families;

namespace DriveKD.Distillation.Teachers;

/// <summary>One frozen model and the signals that it gives. The model is read when it is first asked for.</summary>
/// <param name="load">Reads the frozen model.</param>
/// <param name="signals">One for each capability it teaches.</param>
internal sealed class Teacher(Func<VisionLanguageModel> load, IReadOnlyDictionary<Capability, ISignal> signals) : IDisposable
{
    private VisionLanguageModel? _model;

    /// <summary>A teacher whose model is in memory already.</summary>
    /// <param name="model">The frozen model; disposed with the teacher.</param>
    /// <param name="signals">One for each capability it teaches.</param>
    public Teacher(VisionLanguageModel model, IReadOnlyDictionary<Capability, ISignal> signals)
        : this(() => model, signals) => _model = model;

    public VisionLanguageModel Model => _model ??= load();

    /// <summary>Whether the model is in memory.</summary>
    public bool IsLoaded => _model is not null;

    public IReadOnlyDictionary<Capability, ISignal> Signals { get; } = signals;

    /// <summary>Lets the model go; it is read again where it is asked for again.</summary>
    public void Release()
    {
        _model?.Dispose();
        _model = null;
    }

    public void Dispose() => Release();
}
