using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using Microsoft.Extensions.AI;

namespace DriveKD.Evaluation.Clients;

/// <summary>Prepares the pictures of messages for a server, which cannot read our files: as data, in a format that it takes.</summary>
internal static class PictureContents
{
    /// <summary>The messages with every file read; messages without files are passed on as they are.</summary>
    /// <param name="messages">With pictures as data, or as URIs of files.</param>
    /// <exception cref="InputException">A file is missing or no picture.</exception>
    public static IReadOnlyList<ChatMessage> Embed(IEnumerable<ChatMessage> messages) => [.. messages.Select(Embed)];

    private static ChatMessage Embed(ChatMessage message)
    {
        if (!message.Contents.Any(NeedsWork))
        {
            return message;
        }

        ChatMessage embedded = message.Clone();
        embedded.Contents = [.. message.Contents.Select(content => NeedsWork(content) ? ToData(content) : content)];
        return embedded;
    }

    private static bool NeedsWork(AIContent content) => content is UriContent { Uri.IsFile: true } or DataContent { MediaType: "image/bmp" };

    private static DataContent ToData(AIContent content)
    {
        (byte[] bytes, string name) = content is UriContent uri ? (Read(uri.Uri.LocalPath), uri.Uri.LocalPath) : (((DataContent)content).Data.ToArray(), "picture");
        return ImageHeader.Read(bytes, name).Format switch
        {
            ImageFormat.Jpeg => new DataContent(bytes, "image/jpeg"),
            ImageFormat.Png => new DataContent(bytes, "image/png"),
            ImageFormat.WebP => new DataContent(bytes, "image/webp"),
            // No server takes bitmaps.
            _ => new DataContent(PngEncoder.Encode(ImageDecoder.Decode(bytes, name)), "image/png"),
        };
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"the picture cannot be read: {exception.Message}", exception);
        }
    }
}
