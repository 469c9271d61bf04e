namespace DriveKD.Data.Text;

/// <summary>A token that is cut out of the text before byte-pair encoding and always stays whole.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Content">Its text.</param>
/// <param name="IsSpecial">Whether it is a control token: left out of decoded text on request, and not matched where a caller asks for plain text.</param>
/// <param name="IsNormalized">Whether it is looked for in normalised text; false for all tokens of Qwen and InternVL.</param>
public sealed record AddedToken(int Id, string Content, bool IsSpecial, bool IsNormalized = false);
