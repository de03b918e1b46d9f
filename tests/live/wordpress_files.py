"""The files with which Debian's WordPress runs from a folder of its own."""

from pathlib import Path

CONFIG = """<?php
define('DB_NAME', 'wordpress');
define('DB_USER', 'wordpress');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{folder}/mariadb.sock');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_HOME', '{url}');
define('WP_SITEURL', '{url}');
define('WP_DEFAULT_THEME', 'plain');
define('WP_ENVIRONMENT_TYPE', 'local'); // else there are no application passwords without TLS
define('WP_HTTP_BLOCK_EXTERNAL', true); // this machine is not blocked
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true); // what is due happens when a test says so
define('FS_METHOD', 'direct');
$table_prefix = 'wp_';
function wp_mail() {{ return true; }}
if (!defined('ABSPATH')) {{ define('ABSPATH', __DIR__ . '/'); }}
require_once ABSPATH . 'wp-settings.php';
"""

INSTALL = """<?php
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = $argv[1];
$_SERVER['REQUEST_METHOD'] = 'GET';
function wp_new_blog_notification() {}
require __DIR__ . '/root/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
$owner = wp_install('Kettle & Leaf', 'ada', 'ada@example.org', true, '', 'kettle and leaf 7')['user_id'];
wp_update_user(['ID' => $owner, 'display_name' => 'Ada Byron']);
update_option('timezone_string', $argv[2]);
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
update_option('default_comment_status', 'open');
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $post) {
    wp_delete_post($post->ID, true);
}
[$password] = WP_Application_Passwords::create_new_application_password($owner, ['name' => 'blog']);
echo "\\nada:$password";
"""

THEME = {
    "style.css": "/*\nTheme Name: Plain\n*/\n",
    "functions.php": "<?php\nadd_theme_support('post-thumbnails');\nadd_theme_support('title-tag');\n",
    "index.php": "<?php\nwp_head();\nwhile (have_posts()) {\n    the_post();\n    the_content();\n}\n",
}

PHP_FPM = """[global]
error_log = {folder}/php.log
daemonize = no
[www]
listen = {folder}/php.sock
pm = static
pm.max_children = 4
catch_workers_output = yes
php_admin_value[sys_temp_dir] = {folder}/temporary
php_admin_value[upload_tmp_dir] = {folder}/temporary
php_admin_value[opcache.revalidate_freq] = 0
"""

NGINX = """daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_max_body_size 16m;
    client_body_temp_path {folder}/temporary/body;
    proxy_temp_path {folder}/temporary/proxy;
    fastcgi_temp_path {folder}/temporary/fastcgi;
    uwsgi_temp_path {folder}/temporary/uwsgi;
    scgi_temp_path {folder}/temporary/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/root;
        index index.php;
        location / {{ try_files $uri $uri/ /index.php?$args; }}
        location ~ \\.php$ {{
            try_files $uri =404;
            include /etc/nginx/fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;
            fastcgi_param HTTP_HOST $http_host; # Debian's has no port
            fastcgi_pass unix:{folder}/php.sock;
        }}
    }}
}}
"""


def write_files(folder: Path, port: int) -> None:
    """Write every configuration, and a theme, because Debian's package can lack one."""
    known = {"folder": folder, "port": port, "url": f"http://127.0.0.1:{port}"}
    (folder / "php-fpm.conf").write_text(PHP_FPM.format(**known))
    (folder / "nginx.conf").write_text(NGINX.format(**known))
    (folder / "database.sql").write_text("CREATE DATABASE wordpress CHARACTER SET utf8mb4;\n")
    (folder / "install.php").write_text(INSTALL)
    (folder / "root" / "wp-config.php").write_text(CONFIG.format(**known))
    theme = folder / "root" / "wp-content" / "themes" / "plain"
    theme.mkdir(parents=True)
    for name, text in THEME.items():
        (theme / name).write_text(text)
