namespace DriveKD.Analysis.AttentionPages;

/// <summary>A model whose maps are shown.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Folder">Where it was read from.</param>
/// <param name="Layers">Its decoder layers.</param>
/// <param name="Heads">Attention heads of a layer, whose mean is shown.</param>
/// <param name="Device">Where it computed.</param>
/// <param name="Precision">In which number format.</param>
public sealed record AttentionModel(string Name, string Folder, int Layers, int Heads, string Device, string Precision);
