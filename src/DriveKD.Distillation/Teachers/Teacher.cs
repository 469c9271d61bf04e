using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Models.InternVL;

namespace DriveKD.Distillation.Teachers;

/// <summary>One frozen model and the signals that it gives.</summary>
/// <param name="model">The frozen model.</param>
/// <param name="signals">One for each capability it teaches.</param>
internal sealed class Teacher(InternVLModel model, IReadOnlyDictionary<Capability, ISignal> signals)
{
    public InternVLModel Model { get; } = model;

    public IReadOnlyDictionary<Capability, ISignal> Signals { get; } = signals;
}
