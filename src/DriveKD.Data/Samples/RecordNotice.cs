namespace DriveKD.Data.Samples;

/// <summary>What a reader does with sound records that a user may want to know.</summary>
public enum RecordNotice
{
    /// <summary>A system message was dropped: the method has no system prompt.</summary>
    SystemMessageDropped,

    /// <summary>Turns after the first user and the first assistant message were dropped.</summary>
    LaterTurnsDropped,

    /// <summary>The question has pictures and no placeholder: the pictures stand in front of it.</summary>
    ImagesPutInFront,
}
