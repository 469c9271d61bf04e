using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>What the student takes from one teacher. Holds no tensors.</summary>
internal interface ISignal
{
    /// <summary>The teacher's capability.</summary>
    Capability Role { get; }

    /// <summary>The task whose loss this is.</summary>
    TrainingTask Task => TrainingTasks.Of(Role);

    /// <summary>What is read of the student.</summary>
    SignalTaps StudentTaps { get; }

    /// <summary>What is read of the teacher.</summary>
    SignalTaps TeacherTaps { get; }

    /// <summary>The part of its attention targets that the loss reads; null where targets are no attention maps.</summary>
    AttentionMapKind? ReadMap => null;

    /// <summary>Compares pairs with an image token: absent for samples without pictures.</summary>
    bool NeedsPictures { get; }

    /// <summary>The learned maps that the loss looks up; empty where the widths agree or do not matter.</summary>
    IReadOnlyList<HiddenStateMapShape> Maps { get; }

    /// <summary>The teacher's side of the loss.</summary>
    /// <param name="teacher">The sample as the teacher saw it; called without gradients.</param>
    SignalTarget TargetOf(SampleView teacher);

    /// <summary>The loss of one sample.</summary>
    /// <param name="student">The sample as the student saw it.</param>
    /// <param name="target">The teacher's side.</param>
    /// <param name="maps">The run's learned maps.</param>
    /// <returns>A float32 scalar with gradient history.</returns>
    Tensor Loss(SampleView student, SignalTarget target, HiddenStateMaps maps);

    /// <summary>The teacher's side of several samples, each as <see cref="TargetOf"/> gives it.</summary>
    /// <param name="teacher">The batch as the teacher saw it; called without gradients.</param>
    IReadOnlyList<SignalTarget> TargetsOf(BatchView teacher)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. Enumerable.Range(0, teacher.Batch.Count).Select(row => TargetOf(teacher.Row(row)))];
    }

    /// <summary>The losses of several samples, each as <see cref="Loss"/> gives it but for rounding.</summary>
    /// <param name="student">The batch as the student saw it.</param>
    /// <param name="rows">The samples, in rising order.</param>
    /// <param name="targets">Their teacher's sides, in the same order.</param>
    /// <param name="maps">The run's learned maps.</param>
    /// <returns>float32 [R] with gradient history.</returns>
    Tensor Losses_R(BatchView student, IReadOnlyList<int> rows, IReadOnlyList<SignalTarget> targets, HiddenStateMaps maps)
    {
        using DisposeScope scope = NewDisposeScope();
        return stack([.. rows.Select((row, i) => Loss(student.Row(row), targets[i], maps))]).MoveToOuterDisposeScope();
    }
}
