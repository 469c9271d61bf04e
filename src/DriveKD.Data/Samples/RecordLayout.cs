namespace DriveKD.Data.Samples;

/// <summary>The public layouts of driving questions. docs/FORMATS.md shows each.</summary>
public enum RecordLayout
{
    /// <summary>The authors' training records: messages, or question and answer, with a list of images.</summary>
    DriveKd,

    /// <summary>DriveLM v1.1: scenes, key frames, questions per category; also its tagged test form and question-only files.</summary>
    DriveLm,

    /// <summary>DriveBench: a list of questions with scene and frame tokens, tags and one picture per camera.</summary>
    DriveBench,
}
