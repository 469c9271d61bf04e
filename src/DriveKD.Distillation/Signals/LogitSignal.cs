using DriveKD.Data.Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>KL of the distributions over the answer's next tokens (ablation of the paper).</summary>
/// <remarks>
/// Shapes: S supervised positions, C the student's channels, V vocabulary. Where the heads differ in rows, those beyond the tokenizer
/// are padding: the rows that both have are compared.
/// </remarks>
/// <param name="role">The teacher's capability.</param>
/// <param name="temperature">tau, above 0.</param>
internal sealed class LogitSignal(Capability role, double temperature) : ISignal
{
    public Capability Role { get; } = role;

    public SignalTaps StudentTaps { get; } = new() { NeedsFinalHidden = true };

    public SignalTaps TeacherTaps { get; } = new() { NeedsFinalHidden = true };

    public bool NeedsPictures => false;

    public IReadOnlyList<HiddenStateMapShape> Maps => [];

    public SignalTarget TargetOf(SampleView teacher) => new([teacher.AnswerHidden_SC().DetachFromDisposeScope()], teacher.HeadWeight_VC);

    public Tensor Loss(SampleView student, SignalTarget target, HiddenStateMaps maps)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor teacherHead = target.HeadWeight_VC ?? throw new ArgumentException("The target has no head.", nameof(target));
        Tensor studentHead = student.HeadWeight_VC ?? throw new ArgumentException("The view has no head.", nameof(student));
        long rows = Math.Min(studentHead.shape[0], teacherHead.shape[0]);
        return ChunkedDivergence.Of(
            student.AnswerHidden_SC(), FirstRows(studentHead, rows), target.Values[0], FirstRows(teacherHead, rows), temperature)
            .MoveToOuterDisposeScope();
    }

    /// <summary>A view only where it is needed: its gradient is a whole head of zeros around the rows.</summary>
    private static Tensor FirstRows(Tensor head_VC, long rows) => head_VC.shape[0] == rows ? head_VC : head_VC.narrow(0, 0, rows);
}
