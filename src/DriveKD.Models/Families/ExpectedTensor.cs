namespace DriveKD.Models.Families;

/// <summary>One parameter that a config implies.</summary>
/// <param name="Name">Canonical name, as <see cref="ParameterNames"/> has it.</param>
/// <param name="Shape">Sizes, outermost first.</param>
/// <param name="Part">The part it is counted under.</param>
public sealed record ExpectedTensor(string Name, long[] Shape, ModelPart Part)
{
    /// <summary>Number of values.</summary>
    public long ElementCount => Shape.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Number of values for estimates: where a config is not trusted no size may overflow.</summary>
    public double EstimatedCount => Shape.Aggregate(1.0, (product, size) => product * size);
}
