<?php
// SPDX-FileCopyrightText: 2026, Supervisor Fleet contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

/**
 * Talks to many Supervisor daemons at the same time.
 *
 * A page asks every daemon at once and waits for all of them together, so it costs the time of the slowest one, and
 * never more than the timeout: a daemon that is down, hangs or answers nonsense becomes an error text in its own box.
 * It needs PHP 7.2 or later with the xml extension (SimpleXML) and nothing else: no curl, no mbstring.
 */
class Fleet
{
    /** Seconds a start or a stop may take: Supervisor answers only when startsecs or stopwaitsecs are over. */
    const CONTROL_SECONDS = 300;

    /** Connections open at the same time: stream_select() cannot watch more than 1024 descriptors. */
    const AT_ONCE = 200;

    /** Bytes of all unfinished answers together. */
    const TOGETHER = 33554432;

    /** Bytes of a standard error log that are shown on the page itself. */
    const TAIL = 1000;

    /** Most bytes of a log that can be asked for. */
    const LONGEST_TAIL = 1000000;

    /**
     * What the page shows.
     *
     * @param array $servers name => array(url, port[, username, password][, error]); one with an error is not asked
     * @param float $timeout seconds for the whole page
     * @return array list: name => processes or array('error' => text); version: name => text;
     *               stderr: name => array('group:name' => text)
     */
    public function page(array $servers, $timeout)
    {
        $visits = array();
        foreach ($servers as $name => $config) {
            $visits[$name] = new FleetVisit($config, $this->look());
        }
        $this->drive($visits, $timeout, $timeout);
        $page = array('list' => array(), 'version' => array(), 'stderr' => array());
        foreach ($visits as $name => $visit) {
            $error = $visit->error;
            if ($error !== null) {
                $known = isset($servers[$name]['error']);
                $error = $known ? FleetXml::harmless($error) : $this->logged($name, $error);
            }
            $seen = $error === null ? $visit->result : array(array('error' => $error), '', array());
            list($page['list'][$name], $page['version'][$name], $page['stderr'][$name]) = $seen;
        }
        return $page;
    }

    /**
     * Lets daemons do things, all at the same time. Starting and stopping may take minutes, so only the connections are
     * bound by the timeout.
     *
     * @param array $jobs key => array(configuration of the daemon, list of steps, name for the log); a step is
     *              array(method, params, array(code of a fault => states of the process in which it is fine))
     * @return array key => null when all steps of the job were done, or a text with what was in the way
     */
    public function act(array $jobs, $timeout)
    {
        $visits = array();
        $longest = 0;
        foreach ($jobs as $key => $job) {
            list($config, $steps) = $job;
            $visits[$key] = new FleetVisit($config, $this->inOrder($steps));
            $longest = max($longest, count($steps));
        }
        $this->drive($visits, $timeout, self::CONTROL_SECONDS * $longest);
        $errors = array();
        foreach ($visits as $key => $visit) {
            $errors[$key] = $visit->error === null ? null : $this->logged($jobs[$key][2], $visit->error);
        }
        return $errors;
    }

    /** One step after the other, until one fails. */
    private function inOrder(array $steps)
    {
        foreach ($steps as $step) {
            list($method, $params, $fine) = $step;
            $answer = yield array($method, $params);
            if ($answer instanceof FleetFault) {
                if (!isset($fine[$answer->code])) {
                    throw new RuntimeException($answer->text);
                }
                // To Supervisor a program between two tries is started, and one that is still stopping does not run.
                $info = yield array('supervisor.getProcessInfo', array($params[0]));
                $state = is_array($info) && isset($info['statename']) ? $info['statename'] : null;
                if (!in_array($state, $fine[$answer->code], true)) {
                    throw new RuntimeException($answer->text . ', it is ' . (is_string($state) ? $state : 'not known'));
                }
            } elseif ($answer !== true && !is_array($answer)) {
                // Each of these methods answers with true, or with what became of each process.
                throw new RuntimeException('The answer does not fit the question.');
            }
            $failed = is_array($answer) ? array_filter($answer, array($this, 'isFailed')) : array();
            if ($failed) {
                throw new RuntimeException(implode(', ', array_map(array($this, 'failure'), $failed)));
            }
        }
        return true;
    }

    /** Whether this is what became of one process of all, and it did not go well. */
    private function isFailed($item)
    {
        return is_array($item) && isset($item['status']) && $item['status'] !== FleetFault::SUCCESS;
    }

    private function failure(array $item)
    {
        $texts = array();
        foreach (array('name', 'description') as $key) {
            $texts[] = isset($item[$key]) && is_string($item[$key]) ? $item[$key] : '?';
        }
        return implode(': ', $texts);
    }

    /**
     * The end of a log.
     *
     * @param string $stream stdout or stderr
     * @return array of 'text' => the log, or 'error' => why there is none
     */
    public function log(array $config, $stream, $process, $bytes, $timeout)
    {
        $visit = new FleetVisit($config, $this->end($stream, $process, $bytes));
        $this->drive(array($visit), $timeout, $timeout);
        if ($visit->error !== null) {
            return array('error' => FleetXml::harmless($visit->error));
        }
        return array('text' => FleetXml::harmless(str_replace("\r\n", "\n", $visit->result)));
    }

    private function end($stream, $process, $bytes)
    {
        foreach (array(array($bytes), $this->shorter($bytes)) as $lengths) {
            $calls = array();
            foreach ($lengths as $length) {
                $calls = array_merge($calls, $this->tailCalls(array($process), $length, $stream));
            }
            $answers = yield from $this->several($calls);
            foreach ($answers as $answer) {
                if (is_string($answer)) {
                    return $answer;
                }
                if (!$answer instanceof FleetFault || !$answer->isEncoding()) {
                    throw new RuntimeException($this->noLog($answer));
                }
            }
        }
        throw new RuntimeException('The log is not valid UTF-8; read it on the host.');
    }

    private function noLog($answer)
    {
        $known = array(
            FleetFault::BAD_NAME => 'The daemon knows no process of this name.',
            FleetFault::NO_FILE => 'There is no such log: the process has not run yet, or writes to another place.',
        );
        if (!$answer instanceof FleetFault) {
            return 'The answer is not a log.';
        }
        return isset($known[$answer->code]) ? $known[$answer->code] : $answer->text;
    }

    /** A tail may begin inside a character of several bytes. Fewer bytes then begin at its end. */
    private function shorter($bytes)
    {
        return array($bytes - 1, $bytes - 2, $bytes - 3);
    }

    /** The text of an error as it may be shown, once it is in the log of php-fpm: in one line, whatever is in a name. */
    private function logged($about, $error)
    {
        $error = FleetXml::harmless($error);
        error_log('supervisord-monitor: ' . str_replace("\n", ' ', FleetXml::harmless($about) . ': ' . $error));
        return $error;
    }

    /** The questions for one daemon, in order; each yield hands out a request and gets its answer. */
    private function look()
    {
        list($processes, $version) = yield from $this->several(array(
            array('supervisor.getAllProcessInfo', array()),
            array('supervisor.getSupervisorVersion', array()),
        ));
        if ($processes instanceof FleetFault) {
            throw new RuntimeException($processes->text);
        }
        if (!is_array($processes)) {
            throw new RuntimeException('The answer is not a list of processes.');
        }
        $processes = array_values(array_filter($processes, array($this, 'isProcess')));
        foreach ($processes as $index => $item) {
            $shown = array('statename' => $item['statename'], 'description' => $item['description']);
            $processes[$index] = array_map('FleetXml::harmless', $shown) + $item;
        }
        $version = is_string($version) ? FleetXml::harmless($version) : '';
        try {
            $stderr = yield from $this->tails($processes);
        } catch (RuntimeException $e) {
            $stderr = array();
        }
        return array($processes, $version, array_map('FleetXml::harmless', $stderr));
    }

    private function isProcess($item)
    {
        if (!is_array($item)) {
            return false;
        }
        foreach (array('group', 'name', 'statename', 'description') as $key) {
            if (!isset($item[$key]) || !is_string($item[$key])) {
                return false;
            }
        }
        return true;
    }

    /** The ends of all standard error logs: one request, and a second one for those that are not UTF-8. */
    private function tails(array $processes)
    {
        $names = array();
        foreach ($processes as $item) {
            // No log of its own (redirect_stderr, NONE): nothing to ask, and nothing to raise an alarm about.
            if (!isset($item['stderr_logfile']) || $item['stderr_logfile'] !== '') {
                $names[] = $item['group'] . ':' . $item['name'];
            }
        }
        if (!$names) {
            return array();
        }
        $stderr = array();
        $again = array();
        foreach ((yield from $this->several($this->tailCalls($names, self::TAIL, 'stderr'))) as $index => $answer) {
            $stderr[$names[$index]] = $this->tailText($answer);
            if ($answer instanceof FleetFault && $answer->isEncoding()) {
                $again[] = $names[$index];
            }
        }
        $calls = array();
        foreach ($this->shorter(self::TAIL) as $count) {
            $calls = array_merge($calls, $this->tailCalls($again, $count, 'stderr'));
        }
        if ($calls) {
            foreach ((yield from $this->several($calls)) as $index => $answer) {
                if (is_string($answer)) {
                    $stderr[$again[$index % count($again)]] = $answer;
                }
            }
        }
        return $stderr;
    }

    private function tailCalls(array $names, $bytes, $stream)
    {
        $method = 'supervisor.readProcess' . ucfirst($stream) . 'Log';
        $calls = array();
        foreach ($names as $name) {
            $calls[] = array($method, array($name, -$bytes, 0));
        }
        return $calls;
    }

    private function tailText($answer)
    {
        if (is_string($answer)) {
            return $answer;
        }
        if (!$answer instanceof FleetFault || in_array($answer->code, array(FleetFault::NO_FILE, FleetFault::BAD_NAME))) {
            return '';
        }
        return $answer->isEncoding() ? 'The standard error log is not valid UTF-8; read it on the host.' : $answer->text;
    }

    /** Several calls in one request; gives their answers in the same order. */
    private function several(array $calls)
    {
        $list = array();
        foreach ($calls as $call) {
            $list[] = (object) array('methodName' => $call[0], 'params' => $call[1]);
        }
        $answers = yield array('system.multicall', array($list));
        if ($answers instanceof FleetFault) {
            throw new RuntimeException($answers->text);
        }
        if (!is_array($answers) || array_keys($answers) !== array_keys($calls)) {
            throw new RuntimeException('The answer does not fit the question.');
        }
        return $answers;
    }

    /**
     * Lets all visits make progress until each has ended or the time is over.
     *
     * @param float $connect seconds that each connection may take
     * @param float $seconds seconds that everything together may take
     */
    private function drive(array $visits, $connect, $seconds)
    {
        // Addresses first: looking up a name blocks, and those that need none should not wait for it.
        uasort($visits, function ($a, $b) {
            return (int) $a->needsLookup() - (int) $b->needsLookup();
        });
        $answer_by = microtime(true) + $seconds;
        $open = array();
        while ($visits || $open) {
            while ($visits && count($open) < self::AT_ONCE) {
                $name = key($visits);
                $visit = $visits[$name];
                unset($visits[$name]);
                if (microtime(true) >= $answer_by) {
                    $visit->fail("Not asked: the time was over after $seconds s.");
                } elseif ($visit->connect($connect, $answer_by)) {
                    $open[$name] = $visit;
                }
                if ($visit->needsLookup()) {
                    break;
                }
            }
            // While there is room for another one, it is not waited for; when all places are taken, for one that gets free.
            $until = $visits && count($open) < self::AT_ONCE ? 0.0 : $answer_by;
            foreach ($open as $visit) {
                $until = $visit->isConnected() ? $until : min($until, $visit->connectBy());
            }
            $this->turn($open, max(0.0, $until - microtime(true)));
            $this->endLate($open, $answer_by, $seconds);
            $this->endLongest($open);
        }
    }

    /** Answers wait in memory. What is too much for all of them together is the fault of the longest one. */
    private function endLongest(array &$open)
    {
        $lengths = array();
        foreach ($open as $name => $visit) {
            $lengths[$name] = $visit->length();
        }
        if (array_sum($lengths) > self::TOGETHER) {
            $name = array_search(max($lengths), $lengths, true);
            $open[$name]->fail('The answer is too long.');
            unset($open[$name]);
        }
    }

    /** One round of waiting: reads and writes what is ready. */
    private function turn(array &$open, $wait)
    {
        $read = $write = array();
        foreach ($open as $name => $visit) {
            $visit->watch($name, $read, $write);
        }
        $except = null;
        $seconds = (int) $wait;
        if (!$open || !@stream_select($read, $write, $except, $seconds, (int) (($wait - $seconds) * 1e6) + 1000)) {
            return;
        }
        foreach (array_keys($read + $write) as $name) {
            $open[$name]->proceed();
            if (!$open[$name]->isOpen()) {
                unset($open[$name]);
            }
        }
    }

    private function endLate(array &$open, $answer_by, $seconds)
    {
        $now = microtime(true);
        foreach ($open as $name => $visit) {
            if ($visit->isConnected() && $now >= $answer_by) {
                $visit->fail("No complete answer within $seconds s.");
                unset($open[$name]);
            } elseif (!$visit->isConnected() && $now >= $visit->connectBy()) {
                $visit->fail('The connection was not accepted in time.');
                unset($open[$name]);
            }
        }
    }
}

/** A fault that a daemon answered with. */
class FleetFault
{
    const BAD_NAME = 10;
    const NO_FILE = 20;
    const ALREADY_STARTED = 60;
    const NOT_RUNNING = 70;
    const SUCCESS = 80;

    public $code;
    public $text;

    public function __construct(array $fault)
    {
        $this->code = isset($fault['faultCode']) ? (int) $fault['faultCode'] : 0;
        $this->text = isset($fault['faultString']) && is_string($fault['faultString']) ? $fault['faultString'] : 'fault';
    }

    /** Whether the text is no UTF-8. Supervisor 4 takes the name of the encoding for that of a fault, which does not exist. */
    public function isEncoding()
    {
        return preg_match("/UnicodeDecodeError|'Faults' has no attribute '(utf|ascii)/", $this->text) === 1;
    }
}

/** The conversation with one daemon: the questions, and the connection that carries the current one. */
class FleetVisit
{
    public $error = null;
    public $result = null;

    private $host = '';
    private $address = '';
    private $path = '/RPC2';
    private $login = '';
    private $questions;
    private $stream = null;
    private $connected = false;
    private $output = '';
    private $input = '';
    private $connect_seconds = 0.0;
    private $connect_by = 0.0;
    private $answer_by = 0.0;

    public function __construct(array $config, Generator $questions)
    {
        $this->questions = $questions;
        if (isset($config['error'])) {
            $this->error = (string) $config['error'];
            return;
        }
        $parts = parse_url(isset($config['url']) ? (string) $config['url'] : '');
        $port = isset($config['port']) ? (int) $config['port'] : 0;
        if (!is_array($parts) || empty($parts['host']) || $port < 1 || $port > 65535) {
            $this->error = 'The url or the port in the configuration is not usable.';
            return;
        }
        $this->host = $parts['host'];
        $this->address = 'tcp://' . $this->host . ':' . $port;
        $this->path = isset($parts['path']) ? $parts['path'] : '/';
        if (isset($config['username'], $config['password'])) {
            $login = base64_encode($config['username'] . ':' . $config['password']);
            $this->login = "Authorization: Basic $login\r\n";
        }
    }

    public function needsLookup()
    {
        return filter_var(trim($this->host, '[]'), FILTER_VALIDATE_IP) === false;
    }

    public function isOpen()
    {
        return $this->stream !== null;
    }

    public function isConnected()
    {
        return $this->connected;
    }

    /** Bytes of the answer so far. */
    public function length()
    {
        return strlen($this->input);
    }

    /** When the connection that is being made must be there at last. */
    public function connectBy()
    {
        return $this->connect_by;
    }

    /** Begins to connect for the question that is due. False: the visit is over already. */
    public function connect($seconds, $answer_by)
    {
        $this->connect_seconds = $seconds;
        $this->answer_by = $answer_by;
        $this->connect_by = min($answer_by, microtime(true) + $seconds);
        if ($this->error !== null || !$this->questions->valid()) {
            return false;
        }
        $flags = STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT;
        $left = max(0.1, $this->connect_by - microtime(true));
        $stream = @stream_socket_client($this->address, $number, $text, $left, $flags);
        if (!$stream) {
            return $this->fail($this->readable($text));
        }
        stream_set_blocking($stream, false);
        $body = FleetXml::request($this->questions->current());
        // HTTP/1.0: the daemon ends the answer by closing, and never sends it in chunks.
        $this->output = "POST {$this->path} HTTP/1.0\r\nHost: {$this->host}\r\nUser-Agent: supervisord-monitor\r\n"
            . "Content-Type: text/xml\r\nContent-Length: " . strlen($body) . "\r\n{$this->login}\r\n$body";
        $this->input = '';
        $this->stream = $stream;
        $this->connected = false;
        return true;
    }

    private function readable($text)
    {
        $text = trim((string) strrchr(':' . $text, ':'), ': ');
        return $text === '' ? 'The connection failed.' : $text . '.';
    }

    public function watch($name, array &$read, array &$write)
    {
        if ($this->output !== '') {
            $write[$name] = $this->stream;
        }
        if ($this->connected) {
            $read[$name] = $this->stream;
        }
    }

    /** The stream is ready: writes the rest of the request or reads more of the answer. */
    public function proceed()
    {
        if ($this->output !== '' && !$this->send()) {
            return;
        }
        $data = @fread($this->stream, 65536);
        $this->input .= (string) $data;
        if (strlen($this->input) > FleetXml::MAX_BYTES) {
            $this->fail('The answer is too long.');
            return;
        }
        if (feof($this->stream) || FleetXml::isComplete($this->input)) {
            $this->take();
        }
    }

    private function send()
    {
        // Not error_get_last(): a framework with an error handler of its own leaves nothing there.
        $message = '';
        set_error_handler(function ($number, $text) use (&$message) {
            $message = $text;
            return true;
        });
        $count = fwrite($this->stream, $this->output);
        restore_error_handler();
        if ($count === false || ($count === 0 && stream_socket_get_name($this->stream, true) === false)) {
            $known = preg_match('/errno=\d+ (.+)$/', $message, $found);
            $this->fail($known ? $found[1] . '.' : 'Connection refused.');
            return false;
        }
        $this->connected = true;
        $this->output = (string) substr($this->output, $count);
        return $this->output === '';
    }

    /** The answer is there: hands it to the questions, and asks the next one if there is any. */
    private function take()
    {
        $this->close();
        try {
            $this->questions->send(FleetXml::response($this->input));
        } catch (Throwable $e) {
            $this->fail($e instanceof RuntimeException ? $e->getMessage() : 'The answer could not be understood.');
            return;
        }
        if ($this->questions->valid()) {
            $this->connect($this->connect_seconds, $this->answer_by);
        } else {
            $this->result = $this->questions->getReturn();
        }
    }

    /** Ends the current question without an answer. What was learnt before it may still be a result. */
    public function fail($text)
    {
        $this->close();
        try {
            if (!$this->questions->valid()) {
                throw new RuntimeException($text);
            }
            $this->questions->throw(new RuntimeException($text));
            $this->result = $this->questions->getReturn();
        } catch (Throwable $e) {
            $this->error = $e instanceof RuntimeException ? $e->getMessage() : $text;
        }
        return false;
    }

    private function close()
    {
        if ($this->stream !== null) {
            fclose($this->stream);
            $this->stream = null;
        }
    }
}

/** XML-RPC over HTTP as text. */
class FleetXml
{
    /** Longest answer that is read, in bytes. */
    const MAX_BYTES = 8388608;

    /** Most tags of an answer, each of which needs memory: a process has about 120 of them. */
    const MAX_TAGS = 600000;

    /**
     * What somebody said, as text that a terminal, which may show the log, or a page does not obey. Newlines stay.
     * Names are left as they are, so that the daemon knows them; each has a cell of its own on the page.
     */
    public static function harmless($text)
    {
        $hidden = '\x{061C}\x{180E}\x{200B}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2060}-\x{206F}\x{FEFF}\x{FFF9}-\x{FFFB}';
        $clean = preg_replace('/[\x{00}-\x{08}\x{0B}-\x{1F}\x{7F}-\x{9F}' . $hidden . ']/u', "\u{FFFD}", $text);
        return $clean === null ? '' : $clean;
    }

    public static function request(array $question)
    {
        list($method, $params) = $question;
        $xml = '';
        foreach ($params as $param) {
            $xml .= '<param>' . self::encode($param) . '</param>';
        }
        $name = htmlspecialchars($method, ENT_QUOTES, 'UTF-8');
        return "<?xml version=\"1.0\"?><methodCall><methodName>$name</methodName><params>$xml</params></methodCall>";
    }

    private static function encode($value)
    {
        if (is_bool($value)) {
            $xml = '<boolean>' . (int) $value . '</boolean>';
        } elseif (is_int($value)) {
            $xml = "<int>$value</int>";
        } elseif (is_array($value)) {
            $xml = '<array><data>' . implode('', array_map('self::encode', $value)) . '</data></array>';
        } elseif (is_object($value)) {
            $xml = '<struct>';
            foreach (get_object_vars($value) as $name => $member) {
                $xml .= "<member><name>$name</name>" . self::encode($member) . '</member>';
            }
            $xml .= '</struct>';
        } else {
            $xml = '<string>' . htmlspecialchars((string) $value, ENT_NOQUOTES, 'UTF-8') . '</string>';
        }
        return "<value>$xml</value>";
    }

    /** Whether all bytes that the head promises have come. Without a promise the end is the closing. */
    public static function isComplete($input)
    {
        $head = strpos($input, "\r\n\r\n");
        return $head !== false
            && preg_match('/^Content-Length:[ \t]*(\d+)[ \t]*\r$/mi', substr($input, 0, $head + 2), $found)
            && strlen($input) >= $head + 4 + (int) $found[1];
    }

    /** The value in an HTTP answer. Throws RuntimeException with a text for people. */
    public static function response($input)
    {
        $parts = explode("\r\n\r\n", $input, 2);
        if (!preg_match('#^HTTP/1\.[01] (\d{3})#', $parts[0], $found)) {
            throw new RuntimeException($input === '' ? 'The connection was closed without an answer.' : 'The answer is not HTTP.');
        }
        if ($found[1] === '401') {
            throw new RuntimeException('The user name or the password is wrong or missing (HTTP 401).');
        }
        if ($found[1] !== '200') {
            throw new RuntimeException("The answer is HTTP {$found[1]}, not a result.");
        }
        if (preg_match('/^Content-Length:/mi', $parts[0]) && !self::isComplete($input)) {
            throw new RuntimeException('The connection was closed in the middle of the answer.');
        }
        return self::value(self::parse(isset($parts[1]) ? $parts[1] : ''));
    }

    private static function parse($text)
    {
        // The very text that is parsed is looked at. A document type can only stand before the first element.
        $text = self::clean($text);
        $fits = preg_match('#^(?:<\?xml [^<>]{0,200}\?>)?\s*<methodResponse[\s/>]#', $text) === 1
            && substr_count($text, '<') <= self::MAX_TAGS;
        $before = libxml_use_internal_errors(true);
        $xml = $fits ? simplexml_load_string($text, 'SimpleXMLElement', LIBXML_NONET | LIBXML_NOCDATA) : false;
        libxml_clear_errors();
        libxml_use_internal_errors($before);
        if ($xml === false || $xml->getName() !== 'methodResponse') {
            throw new RuntimeException('The answer is not XML-RPC.');
        }
        return $xml;
    }

    /** Logs hold what XML does not allow: colours, control characters, bytes that are not UTF-8. */
    private static function clean($text)
    {
        $text = preg_replace('/\x1b(?:\[[0-?]*[ -\/]*[@-~]|[@-Z\\\\^_])/', '', $text);
        $text = preg_replace('/[\x00-\x08\x0b\x0c\x0e-\x1f]/', '', $text);
        if (!preg_match('//u', $text)) {
            $text = htmlspecialchars_decode(htmlspecialchars($text, ENT_NOQUOTES | ENT_SUBSTITUTE, 'UTF-8'), ENT_NOQUOTES);
        }
        return preg_replace('/[\x{FFFE}\x{FFFF}]/u', '', $text);
    }

    private static function value(SimpleXMLElement $response)
    {
        if (isset($response->fault->value)) {
            $fault = self::decode($response->fault->value);
            return $fault instanceof FleetFault ? $fault : new FleetFault(array());
        }
        if (!isset($response->params->param->value)) {
            throw new RuntimeException('The answer is not XML-RPC.');
        }
        return self::decode($response->params->param->value);
    }

    private static function decode(SimpleXMLElement $value)
    {
        $children = $value->children();
        if (count($children) === 0) {
            return (string) $value;
        }
        $typed = $children[0];
        switch ($typed->getName()) {
            case 'int':
            case 'i4':
                return (int) $typed;
            case 'boolean':
                return (string) $typed === '1';
            case 'double':
                return (float) $typed;
            case 'base64':
                return (string) base64_decode((string) $typed);
            case 'nil':
                return null;
            case 'array':
                return self::items($typed);
            case 'struct':
                return self::members($typed);
            default:
                return (string) $typed;
        }
    }

    private static function items(SimpleXMLElement $array)
    {
        $list = array();
        foreach ($array->data->value as $item) {
            $list[] = self::decode($item);
        }
        return $list;
    }

    private static function members(SimpleXMLElement $struct)
    {
        $map = array();
        foreach ($struct->member as $member) {
            $map[(string) $member->name] = self::decode($member->value);
        }
        return isset($map['faultCode']) ? new FleetFault($map) : $map;
    }
}
