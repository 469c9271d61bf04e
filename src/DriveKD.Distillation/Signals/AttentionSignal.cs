using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>Head-mean attention maps, or a part of them (paper: all three published signals).</summary>
/// <param name="role">The teacher's capability.</param>
/// <param name="settings">Part, distance and scale.</param>
/// <param name="studentLayers">The student's layers, from 0.</param>
/// <param name="teacherLayers">The teacher's layers, from 0.</param>
internal sealed class AttentionSignal(Capability role, SignalSettings settings, IReadOnlyList<int> studentLayers, IReadOnlyList<int> teacherLayers)
    : ISignal
{
    public Capability Role { get; } = role;

    public SignalTaps StudentTaps { get; } = new() { AttentionLayers = studentLayers };

    public SignalTaps TeacherTaps { get; } = new() { AttentionLayers = teacherLayers };

    public bool NeedsPictures => AttentionPairs.NeedPictures(settings.Map);

    public IReadOnlyList<HiddenStateMapShape> Maps => [];

    public SignalTarget TargetOf(SampleView teacher)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] maps_1TT = [.. TeacherTaps.AttentionLayers.Select(teacher.Attention_1TT)];
        IReadOnlyList<Tensor> targets_1TT = LayerGroups.Means(maps_1TT, StudentTaps.AttentionLayers.Count);
        return new SignalTarget([.. targets_1TT.Select(target => target.DetachFromDisposeScope())]);
    }

    public Tensor Loss(SampleView student, SignalTarget target, HiddenStateMaps maps)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] student_1TT = [.. StudentTaps.AttentionLayers.Select(student.Attention_1TT)];
        Tensor? pairs_1TT = AttentionPairs.Of(settings.Map, student.ImageMask_1T);
        Tensor loss = (settings.Distance, settings.Scale) switch
        {
            (SignalDistance.Squared, SignalScale.Published) => AttentionLosses.Squared(student_1TT, target.Values, pairs_1TT),
            (SignalDistance.Squared, SignalScale.Relative) => AttentionLosses.Relative(student_1TT, target.Values, pairs_1TT),
            (SignalDistance.Cosine, _) => AttentionLosses.Cosine(student_1TT, target.Values, pairs_1TT),
            (SignalDistance.Divergence, _) => AttentionLosses.Divergence(student_1TT, target.Values, pairs_1TT),
            _ => throw new InvalidOperationException($"No attention loss for {settings}."),
        };
        return loss.MoveToOuterDisposeScope();
    }
}
