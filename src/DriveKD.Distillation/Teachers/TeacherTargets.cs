using DriveKD.Data.Samples;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Teachers;

/// <summary>What the teachers of one sample hand over: attention maps float32 [1, T, T], detached. Owns them.</summary>
internal sealed class TeacherTargets : IDisposable
{
    private readonly Dictionary<Capability, IReadOnlyList<Tensor>> _maps = [];

    /// <summary>The target of each tapped student layer: one map for perception and planning, one per layer for reasoning.</summary>
    public IReadOnlyDictionary<Capability, IReadOnlyList<Tensor>> Maps => _maps;

    public void Add(Capability signal, IReadOnlyList<Tensor> maps_1TT) => _maps.Add(signal, maps_1TT);

    public void Dispose()
    {
        foreach (Tensor map in _maps.Values.SelectMany(maps => maps))
        {
            map.Dispose();
        }
    }
}
