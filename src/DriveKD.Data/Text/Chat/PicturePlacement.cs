namespace DriveKD.Data.Text.Chat;

/// <summary>How a template has the places of pictures.</summary>
public enum PicturePlacement
{
    /// <summary>As marks in the text, which the template replaces itself.</summary>
    TextMarks,

    /// <summary>As parts of the message; a picture's part ends its line by itself.</summary>
    PartsOnLines,

    /// <summary>As parts of the message, with nothing around them.</summary>
    Parts,
}
