namespace DriveKD.Data.Samples;

/// <summary>What can be wrong with a record.</summary>
public enum RecordFaultKind
{
    /// <summary>A value of another JSON type than the layout has there.</summary>
    WrongType,

    /// <summary>A key of the layout is absent (key_frames, QA, messages and question, ...).</summary>
    MissingKey,

    /// <summary>A key stands twice in one object, so that its value is ambiguous.</summary>
    DuplicateKey,

    /// <summary>A text that is not valid UTF-8, or an escape that is no character.</summary>
    InvalidText,

    /// <summary>There is no question.</summary>
    MissingQuestion,

    /// <summary>The question is blank, or holds image placeholders only.</summary>
    EmptyQuestion,

    /// <summary>The answer is absent, null or blank, and the reader was told to require one.</summary>
    MissingAnswer,

    /// <summary>The question type is absent or names no capability.</summary>
    UnknownQuestionType,

    /// <summary>There is no list of pictures, or (where the layout needs one) no picture in it.</summary>
    MissingImages,

    /// <summary>The question has image placeholders, but not one per picture.</summary>
    PlaceholderMismatch,

    /// <summary>A recorded path leads to no file under the image root.</summary>
    MissingPicture,

    /// <summary>The picture's file has no content.</summary>
    EmptyPicture,

    /// <summary>A picture's file cannot be read.</summary>
    UnreadablePicture,

    /// <summary>A recorded path, or a link on it, leaves the image root.</summary>
    PictureOutsideRoot,
}
