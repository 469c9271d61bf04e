namespace DriveKD.Data.Text.Chat;

/// <summary>Who speaks in a message.</summary>
public enum ChatRole
{
    /// <summary>Instructions that hold for the whole conversation.</summary>
    System,

    /// <summary>The one who asks.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}
