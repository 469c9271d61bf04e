using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// Where the time of steps goes: whole seconds of named phases, those within another not counted twice, so that all phases together are the
/// time since the start. On a CUDA device every change of phase waits for the device, which takes time of its own.
/// </summary>
/// <param name="device">The device that computes.</param>
internal sealed class PhaseClock(Device device)
{
    private readonly double[] _seconds = new double[Enum.GetValues<StepPhase>().Length];
    private readonly Stack<StepPhase> _phases = new([StepPhase.Other]);
    private long _since = Stopwatch.GetTimestamp();

    /// <summary>The phase of a task's backward pass.</summary>
    /// <param name="task">The task.</param>
    public static StepPhase BackwardOf(TrainingTask task) => task switch
    {
        TrainingTask.Perception => StepPhase.BackwardPerception,
        TrainingTask.Reasoning => StepPhase.BackwardReasoning,
        TrainingTask.Planning => StepPhase.BackwardPlanning,
        _ => StepPhase.BackwardSupervision,
    };

    /// <summary>Begins a phase; disposing ends it, and the one around it goes on.</summary>
    /// <param name="phase">The phase.</param>
    public IDisposable Enter(StepPhase phase)
    {
        Count();
        _phases.Push(phase);
        return new Phase(this);
    }

    /// <summary>Seconds of every phase that took any.</summary>
    public IReadOnlyDictionary<StepPhase, double> Seconds()
    {
        Count();
        return Enum.GetValues<StepPhase>().Where(phase => _seconds[(int)phase] > 0).ToDictionary(phase => phase, phase => _seconds[(int)phase]);
    }

    private void Count()
    {
        if (device.type == DeviceType.CUDA)
        {
            cuda.synchronize(device);
        }

        long now = Stopwatch.GetTimestamp();
        _seconds[(int)_phases.Peek()] += Stopwatch.GetElapsedTime(_since, now).TotalSeconds;
        _since = now;
    }

    private sealed class Phase(PhaseClock clock) : IDisposable
    {
        public void Dispose()
        {
            clock.Count();
            clock._phases.Pop();
        }
    }
}
