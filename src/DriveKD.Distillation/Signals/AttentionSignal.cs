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

    public SignalTaps StudentTaps { get; } = new() { AttentionLayers = studentLayers, AttentionPart = settings.Map };

    public SignalTaps TeacherTaps { get; } = new() { AttentionLayers = teacherLayers, AttentionPart = settings.Map };

    public AttentionMapKind? ReadMap => settings.Map;

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
        return Distance(student_1TT, target.Values, AttentionPairs.Of(settings.Map, student.ImageMask_1T)).mean().MoveToOuterDisposeScope();
    }

    public IReadOnlyList<SignalTarget> TargetsOf(BatchView teacher)
    {
        using DisposeScope scope = NewDisposeScope();
        int[] all = [.. Enumerable.Range(0, teacher.Batch.Count)];
        Tensor[] maps_BLL = [.. TeacherTaps.AttentionLayers.Select(layer => teacher.Attention_RLL(layer, all))];
        IReadOnlyList<Tensor> targets_BLL = LayerGroups.Means(maps_BLL, StudentTaps.AttentionLayers.Count);
        return [.. all.Select(row => new SignalTarget([.. targets_BLL.Select(target => Cut_1TT(target, row, teacher.Batch.LengthOf(row)).DetachFromDisposeScope())]))];
    }

    public Tensor Losses_R(BatchView student, IReadOnlyList<int> rows, IReadOnlyList<SignalTarget> targets, HiddenStateMaps maps)
    {
        using DisposeScope scope = NewDisposeScope();
        if (rows.Count == 1)
        {
            return Loss(student.Row(rows[0]), targets[0], maps).reshape(1).MoveToOuterDisposeScope();
        }

        Tensor[] student_RLL = [.. StudentTaps.AttentionLayers.Select(layer => student.Attention_RLL(layer, rows))];
        Tensor[] target_RLL = [.. student_RLL.Select((map_RLL, layer) => Together(map_RLL, [.. targets.Select(target => target.Values[layer])]))];
        return Distance(student_RLL, target_RLL, student.Pairs_RLL(settings.Map, rows)).MoveToOuterDisposeScope();
    }

    /// <summary>[R], one per sample.</summary>
    private Tensor Distance(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> target, Tensor? pairs) => (settings.Distance, settings.Scale) switch
    {
        (SignalDistance.Squared, SignalScale.Published) => AttentionLosses.SquaredOfEach(student, target, pairs),
        (SignalDistance.Squared, SignalScale.Relative) => AttentionLosses.RelativeOfEach(student, target, pairs),
        (SignalDistance.Cosine, _) => AttentionLosses.CosineOfEach(student, target, pairs),
        (SignalDistance.Divergence, _) => AttentionLosses.DivergenceOfEach(student, target, pairs),
        _ => throw new InvalidOperationException($"No attention loss for {settings}."),
    };

    private static Tensor Cut_1TT(Tensor maps_BLL, int row, int length)
    {
        using DisposeScope scope = NewDisposeScope();
        // A copy: a view would keep the maps of the whole batch.
        return maps_BLL.narrow(0, row, 1).narrow(1, 0, length).narrow(2, 0, length).clone().MoveToOuterDisposeScope();
    }

    /// <summary>Targets of different lengths in one tensor of the student's shape, 0 behind their ends.</summary>
    private static Tensor Together(Tensor like_RLL, Tensor[] targets_1TT)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor whole_RLL = zeros(like_RLL.shape, ScalarType.Float32, like_RLL.device);
        for (int i = 0; i < targets_1TT.Length; i++)
        {
            long length = targets_1TT[i].shape[^1];
            if (length > like_RLL.shape[^1])
            {
                throw new ArgumentException($"A target of {length} tokens for a student that saw {like_RLL.shape[^1]}.", nameof(targets_1TT));
            }

            whole_RLL.narrow(0, i, 1).narrow(1, 0, length).narrow(2, 0, length).copy_(targets_1TT[i]);
        }

        return whole_RLL.MoveToOuterDisposeScope();
    }
}
