using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>What the student takes from one teacher. Holds no tensors; the loss is that of one sample.</summary>
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
}
