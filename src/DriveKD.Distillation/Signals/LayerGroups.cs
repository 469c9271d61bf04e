namespace DriveKD.Distillation.Signals;

/// <summary>
/// Layer-group matching of the reasoning signal: a student layer follows the mean map of a sliding window of teacher layers
/// (paper: reasoning signal; windows as in the authors' trainer).
/// </summary>
public static class LayerGroups
{
    /// <summary>Windows of teacher layers for each student layer.</summary>
    /// <param name="studentLayers">K, the student layers in use.</param>
    /// <param name="teacherLayers">M, the teacher layers in use.</param>
    /// <returns>For student layer i the first teacher layer (both counted from 0 among the layers in use) and the window's length, the same for all.</returns>
    public static (IReadOnlyList<int> First, int Size) Match(int studentLayers, int teacherLayers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(studentLayers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(teacherLayers, 1);
        int size = Math.Max(1, teacherLayers - studentLayers + 1);
        // A student deeper than its teacher lets its last layers follow the teacher's last one.
        return ([.. Enumerable.Range(0, studentLayers).Select(i => Math.Min(i, teacherLayers - size))], size);
    }
}
