using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;

namespace DriveKD.Distillation.Teachers;

/// <summary>What the teachers of one sample hand over, by the teacher's capability. Owns it.</summary>
internal sealed class TeacherTargets : IDisposable
{
    private readonly Dictionary<Capability, SignalTarget> _byRole = [];

    public SignalTarget this[Capability role] => _byRole[role];

    public IReadOnlyCollection<Capability> Roles => _byRole.Keys;

    public void Add(Capability role, SignalTarget target) => _byRole.Add(role, target);

    public void Dispose()
    {
        foreach (SignalTarget target in _byRole.Values)
        {
            target.Dispose();
        }
    }
}
