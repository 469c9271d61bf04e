using DriveKD.Data.Samples;
using DriveKD.Models.InternVL;

namespace DriveKD.Distillation.Teachers;

/// <summary>One frozen model and the layers that each of its roles taps.</summary>
/// <param name="model">The frozen model.</param>
/// <param name="layersByRole">Decoder layers, from 0, for each capability it teaches.</param>
internal sealed class Teacher(InternVLModel model, IReadOnlyDictionary<Capability, IReadOnlyList<int>> layersByRole)
{
    public InternVLModel Model { get; } = model;

    public IReadOnlyDictionary<Capability, IReadOnlyList<int>> LayersByRole { get; } = layersByRole;
}
