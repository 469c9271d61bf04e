using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;

namespace DriveKD.Distillation.Teachers;

/// <summary>What the teachers of one sample hand over, by the teacher's capability. Owns it.</summary>
internal sealed class TeacherTargets : IDisposable
{
    private readonly Dictionary<Capability, SignalTarget> _byRole = [];

    public SignalTarget this[Capability role] => _byRole[role];

    public IReadOnlyCollection<Capability> Roles => _byRole.Keys;

    /// <summary>They outlive the step: <see cref="KeptTargets"/> owns them, and disposing does nothing.</summary>
    public bool IsKept { get; set; }

    /// <summary>What they take.</summary>
    public long Bytes => _byRole.Values.SelectMany(target => target.Values).Sum(value => value.numel() * value.element_size());

    public void Add(Capability role, SignalTarget target) => _byRole.Add(role, target);

    public void Dispose()
    {
        if (IsKept)
        {
            return;
        }

        foreach (SignalTarget target in _byRole.Values)
        {
            target.Dispose();
        }
    }
}
