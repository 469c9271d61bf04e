namespace DriveKD.Runs.Recipes;

/// <summary>When targets are made with a teacher of which only a layer at a time is in memory.</summary>
public enum TeacherStreaming
{
    /// <summary>Where the teacher is estimated not to fit.</summary>
    Auto,

    /// <summary>Never: a teacher that does not fit is refused.</summary>
    Never,

    /// <summary>With every teacher.</summary>
    Always,
}
