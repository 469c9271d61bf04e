namespace DriveKD.Analysis.AttentionPages;

/// <summary>A teacher's layer with the student's layer at the same relative depth.</summary>
/// <param name="Teacher">The teacher's.</param>
/// <param name="Student">The student's; null where there is no student.</param>
/// <param name="Distance">Between their maps; null where there is no student.</param>
public sealed record LayerPair(LayerMaps Teacher, LayerMaps? Student, LayerDistance? Distance)
{
    /// <summary>The maps that are there, the teacher's first.</summary>
    internal IEnumerable<LayerMaps> Sides => Student is null ? [Teacher] : [Teacher, Student];
}
