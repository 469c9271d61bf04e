namespace DriveKD.Distillation.Gradients;

/// <summary>The part of the parameters that the same tasks reach.</summary>
/// <param name="Gram">The inner products of the task gradients over these parameters.</param>
/// <param name="Reached">By task: whether backpropagation of its loss comes to these parameters at all. Where not, its row is 0.</param>
internal sealed record GramBlock(GramMatrix Gram, IReadOnlyList<bool> Reached);
