namespace DriveKD.Models.Generation.Attention;

/// <summary>Whose attention is averaged. Only tokens behind the last picture count: those before it cannot see it.</summary>
public enum AttentionRows
{
    /// <summary>The question's text tokens, line breaks left out.</summary>
    Question,

    /// <summary>The generated answer's tokens.</summary>
    Answer,

    /// <summary>Every text token, those of the turns' markup and of the answer too: what the method's text-to-vision losses average.</summary>
    All,
}
